// @ts-check
// Parts of a figure that can be dragged. A figure names them in layout.meta.handles: for x and y the axis, and either the
// place where the handle stands or a control with the places of its values. The control's own field stays what a keyboard
// and a screen reader move; the handle is for a finger or a mouse.
(() => {
  "use strict";

  class Handles {
    /**
     * @param {HTMLElement} root the figure of the page
     * @param {any} plot the element that Plotly draws in
     * @param {(name: string) => number} position where a control stands
     * @param {(positions: Record<string, number>) => void} move put controls at other positions
     */
    constructor(root, plot, position, move) {
      this.root = root;
      this.plot = plot;
      this.position = position;
      this.move = move;
      /** @type {HTMLElement[]} */
      this.grips = [];
      /** @type {Handle[]} */
      this.handles = [];
    }

    /** @param {Handle[]} handles those of the state that is drawn */
    show(handles) {
      this.handles = handles;
      while (this.grips.length < handles.length) this.grips.push(this.grip(this.grips.length));
      this.grips.forEach((grip, which) => {
        grip.hidden = which >= handles.length;
        if (grip.hidden) return;
        grip.style.left = `${this.plot.offsetLeft + this.pixel(handles[which].x)}px`;
        grip.style.top = `${this.plot.offsetTop + this.pixel(handles[which].y)}px`;
      });
    }

    /** @param {HandleSide} side */
    places(side) {
      const axis = this.plot._fullLayout[side.axis.replace(/^([xy])/, "$1axis")];
      return (side.at ?? [side.stands]).map((at) => axis._offset + axis.d2p(at));
    }

    /** @param {HandleSide} side */
    pixel(side) {
      return this.places(side)[side.control ? this.position(side.control) : 0];
    }

    grip(which) {
      const grip = document.createElement("div");
      grip.className = "lab-handle";
      grip.setAttribute("aria-hidden", "true");
      grip.addEventListener("pointerdown", (event) => {
        grip.setPointerCapture(event.pointerId);
        event.preventDefault();
      });
      grip.addEventListener("pointermove", (event) => {
        if (grip.hasPointerCapture(event.pointerId)) this.drag(this.handles[which], event);
      });
      this.root.append(grip);
      return grip;
    }

    // The controls go to the values that stand nearest to the finger.
    drag(handle, event) {
      const { left, top } = this.plot.getBoundingClientRect();
      const finger = { x: event.clientX - left, y: event.clientY - top };
      /** @type {Record<string, number>} */
      const moved = {};
      for (const name of ["x", "y"]) {
        const side = handle[name];
        if (!side.control) continue;
        const far = this.places(side).map((place) => Math.abs(place - finger[name]));
        const nearest = far.indexOf(Math.min(...far));
        if (nearest !== this.position(side.control)) moved[side.control] = nearest;
      }
      if (Object.keys(moved).length) this.move(moved);
    }
  }

  window.lstmLab = { ...window.lstmLab, Handles };
})();
