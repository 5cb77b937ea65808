// @ts-check
// What a class guessed and where it failed, counted; as a table for a spreadsheet; and its most frequent misconceptions.
"use strict";

(() => {
  const LIKELY = /Likely cause: (.+)$/s; // as lstm_lab.check words it
  const FAR = 1 / 4; // of the span of a measured curve: an end that is further off is called too high, or too low
  const MOST = 5; // misconceptions
  const FEWEST = 2; // students who share one
  const LONG = 300;
  // A cell that begins with one of these is a formula to some spreadsheet: as the grader's tables have it.
  const FORMULA = /^[ ']*[=+\-@\t\r\n＝＋－＠]/;

  const share = (count, all) => `${count} of ${all}`;

  /** @param {Asked} asked @param {Guess[]} guesses */
  function onePrediction(asked, guesses) {
    const told = guesses.filter(({ shown }) => !shown);
    const measured = asked.curve ?? [];
    const [, end] = measured[measured.length - 1] ?? [0, 0];
    const heights = measured.map(([, y]) => y);
    const far = FAR * (Math.max(...heights) - Math.min(...heights));
    const ends = told.flatMap(({ curve }) => (curve ? [window.labClassroom.between(curve, measured[measured.length - 1][0])] : []));
    return {
      asked,
      told: told.length,
      shown: guesses.length - told.length,
      counts: asked.choices.map((_, place) => told.filter(({ choice }) => choice === place).length),
      curves: told.flatMap(({ curve }) => (curve ? [curve] : [])),
      high: ends.filter((y) => y > end + far).length,
      low: ends.filter((y) => y < end - far).length,
    };
  }

  /** @param {{title: string}} asked @param {Attempt[]} attempts */
  function oneExercise({ title }, attempts) {
    /** @type {Map<string, number>} */ const mistakes = new Map();
    for (const { check } of attempts) {
      const cause = LIKELY.exec(check?.mistake ?? "")?.[1].trim().slice(0, LONG);
      if (cause) mistakes.set(cause, (mistakes.get(cause) ?? 0) + 1);
    }
    const solved = attempts.filter((one) => one.solved);
    return {
      title,
      tried: attempts.length,
      solved: solved.length,
      unaided: solved.filter(({ help }) => help.length === 0).length,
      help: Object.fromEntries(["hint", "half", "solution"].map((step) => [step, attempts.filter((one) => one.help.includes(step)).length])),
      mistakes: [...mistakes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
    };
  }

  /** @param {Entry[]} entries */
  function counted(entries) {
    const works = entries.flatMap(({ work }) => (work ? [work] : []));
    const chapters = Object.entries(window.labCatalogue.chapters).flatMap(([chapter, there]) => {
      const predictions = Object.entries(there.predictions).flatMap(([box, asked]) => {
        const guesses = works.flatMap((work) => work[chapter]?.predictions[box] ?? []);
        return guesses.length ? [{ box, ...onePrediction(asked, guesses) }] : [];
      });
      const exercises = Object.entries(there.exercises).flatMap(([exercise, asked]) => {
        const attempts = works.flatMap((work) => work[chapter]?.exercises[exercise] ?? []);
        return attempts.length ? [{ exercise, ...oneExercise(asked, attempts) }] : [];
      });
      return predictions.length || exercises.length ? [{ chapter, title: there.title, predictions, exercises }] : [];
    });
    return { students: works.length, chapters, misconceptions: misconceptions(chapters) };
  }

  /** The most frequent, in sentences, with where to go for each. @param {any[]} chapters */
  function misconceptions(chapters) {
    const all = chapters.flatMap(({ chapter, predictions, exercises }) => [
      ...predictions.flatMap((one) => {
        const { asked } = one;
        const href = `${chapter}.html#${asked.state || `predict-${one.box}`}`;
        const leads = asked.state ? "Open the figure" : "Open the question";
        const right = asked.choices.filter((choice) => choice.right).map((choice) => choice.words).join(" ");
        const wrong = asked.choices.map((choice, place) => ({ choice, count: one.counts[place] })).filter(({ choice }) => !choice.right);
        const found = wrong.map(({ choice, count }) => ({
          count, all: one.told, href, leads, asked: asked.question,
          sentence: `${share(count, one.told)} said: “${choice.words}” What came out: “${right}”${choice.told ? ` ${choice.told}` : ""}`,
        }));
        const ends = [["high", one.high], ["low", one.low]].map(([where, count]) => ({
          count, all: one.told, href, leads, asked: asked.question,
          sentence: `${share(count, one.told)} drew the right end of the curve clearly too ${where}: by more than a quarter of what was measured from lowest to highest.`,
        }));
        return [...found, ...(asked.curve ? ends : [])];
      }),
      ...exercises.flatMap(({ exercise, title, tried, mistakes }) => mistakes.map(([cause, count]) => ({
        count, all: tried, href: `${chapter}.html#${exercise}`, leads: "Open the exercise", asked: `Exercise ${title}.`,
        sentence: `The check found in ${share(count, tried)} attempts: ${cause}`,
      }))),
    ]);
    return all.filter(({ count }) => count >= FEWEST).sort((a, b) => b.count - a.count || b.count / b.all - a.count / a.all).slice(0, MOST);
  }

  // --- A table -----------------------------------------------------------------------------------------------------

  /** @param {any} value */
  function cell(value) {
    const text = String(value ?? "");
    const safe = typeof value === "string" && FORMULA.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  /** A line for each student, with a column for each prediction and three for each exercise that somebody tried.
   * @param {Entry[]} entries @param {boolean} named */
  function table(entries, named) {
    const { chapters } = counted(entries);
    const boxes = chapters.flatMap(({ chapter, predictions }) => predictions.map(({ box, asked }) => ({ chapter, box, asked })));
    const asked = chapters.flatMap(({ chapter, exercises }) => exercises.map(({ exercise, title }) => ({ chapter, exercise, title })));
    const said = (guess, { choices }) => {
      if (!guess) return "";
      return guess.shown ? "looked up" : guess.curve ? "a curve" : `${guess.choice + 1}: ${choices[guess.choice].words}`;
    };
    const head = [
      ...(named ? ["student", "file"] : ["student"]),
      ...boxes.map(({ chapter, box }) => `${chapter} ${box}`),
      ...asked.flatMap(({ title }) => [`${title}: solved`, `${title}: help`, `${title}: last message`]),
    ];
    const lines = entries.filter(({ work }) => work).map((entry, i) => [
      ...(named ? [entry.name, entry.source] : [i + 1]),
      ...boxes.map(({ chapter, box, asked: one }) => said(entry.work?.[chapter]?.predictions[box], one)),
      ...asked.flatMap(({ chapter, exercise }) => {
        const attempt = entry.work?.[chapter]?.exercises[exercise];
        return attempt ? [attempt.solved ? "yes" : "no", attempt.help.join(" "), attempt.check?.message ?? ""] : ["", "", ""];
      }),
    ]);
    return `\ufeff${[head, ...lines].map((line) => `${line.map(cell).join(",")}\r\n`).join("")}`;
  }

  Object.assign(window.labClassroom, { counted, table });
})();
