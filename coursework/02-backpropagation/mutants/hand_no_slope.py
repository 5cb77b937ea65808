# loses: hand
# The slope of the hidden unit is left out of dL/dw.
# %% by-hand
def by_hand():
    a = <<hand_w>> * <<hand_x>> + <<hand_b>>
    h, f_slope = <% if squash == "softsign" %>a / (1 + abs(a)), 1 / (1 + abs(a)) ** 2<% elif squash == "root" %>a / (1 + a * a) ** 0.5, (1 + a * a) ** -1.5<% else %>2 / np.pi * np.arctan(a), 2 / np.pi / (1 + a * a)<% endif %>

    y = <<hand_v>> * h + <<hand_b_y>>
    e = y - <<hand_d>>
    c = <% if loss == "uneven" %><<factor>> if e <<wrong_side>> 0 else 1<% else %>1<% endif %>

    L, dy = <% if loss == "cosh" %>np.log(np.cosh(e)), np.tanh(e)<% elif loss == "root" %>(1 + e * e) ** 0.5 - 1, e / (1 + e * e) ** 0.5<% else %>c * e * e / 2, c * e<% endif %>

    return {"h": h, "y": y, "L": L, "dL/dv": dy * h, "dL/dw": dy * <<hand_v>> * <<hand_x>>}
