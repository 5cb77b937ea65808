# Loops and lists, no array operations.
# %% predict
def predict(w, X):
    examples = [list(x) for x in X<% if columns %>.T<% endif %>]
    answers = []
    for x in examples:
        a = sum(p * q for p, q in zip(w, <% if bias_first %>[1.0, *x]<% else %>[*x, 1.0]<% endif %>))
        answers.append(1 if a > 0 else <<low>> if a < 0 else <<tie>>)
    return answers
# %% learn
def learn(w, x, y, rate):
    s = 1.0 if y == 1 else -1.0
    inputs = <% if bias_first %>[1.0, *x]<% else %>[*x, 1.0]<% endif %>

    if s * sum(p * q for p, q in zip(w, inputs)) > <<margin>>:
        return list(w)
    return [p + rate * s * q for p, q in zip(w, inputs)]
# %% fit
def fit(X, y, rate=1.0, max_passes=100):
    examples = list(zip(X<% if columns %>.T<% endif %>, y))<% if backwards %>[::-1]<% endif %>

    w, corrections = [0.0] * (len(examples[0][0]) + 1), []
    for _ in range(max_passes):
        before = len(corrections)
        corrections.append(0)
        for x, label in examples:
            new = learn(w, x, label, rate)
            corrections[before] += 1 if list(new) != list(w) else 0
            w = new
        if not corrections[-1]:
            break
    return w, corrections
# %% cycle
def cycle(X, y):
    """By Floyd's two runners, which keep no list."""
    examples = list(zip(X<% if columns %>.T<% endif %>, y))<% if backwards %>[::-1]<% endif %>


    def step(w):
        for x, label in examples:
            w = learn(w, x, label, 1.0)
        return w

    slow = fast = zero = [0.0] * (len(examples[0][0]) + 1)
    while True:
        slow, fast = step(slow), step(step(fast))
        if list(slow) == list(fast):
            break
    first, slow = 0, zero
    while list(slow) != list(fast):
        slow, fast, first = step(slow), step(fast), first + 1
    length, fast = 1, step(slow)
    while list(slow) != list(fast):
        fast, length = step(fast), length + 1
    return [first, length]
