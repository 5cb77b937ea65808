# Loops, extra keys, tuples and lists where others have lists and tuples.
# %% choice
def choice():
    return dict(row="<<row>>", decision="<<decision>>", meaning="<<meaning>>", default=<<'"' + default + '"' if default is string else default>>, changed=<<'"' + changed + '"' if changed is string else changed>>)
# %% plan
def plan(choice, seeds, trials, cap):
    found = []
    for seed in seeds:
        control = dict(row=choice["row"], seed=seed, trials=trials, cap=cap, decisions=dict())
        found.append(control)
        found.append(control | {"decisions": {choice["decision"]: choice["changed"]}, "why": "changed"})
    return found
# %% pool
def pool(records, decisions):
    found = {"trials": 0, "succeeded": 0, "counts": [], "cap": None}
    for record in records:
        if record["decisions"] != decisions:
            continue
        if found["cap"] not in (None, record["cap"]):
            raise ValueError("two caps")
        found["cap"] = record["cap"]
        for trial in record["trials"]:
            found["trials"] += 1
            if trial["succeeded"]:
                found["succeeded"] += 1
                found["counts"].append(trial["sequences"])
    if found["cap"] is None:
        raise ValueError("no record")
    found["counts"] = tuple(sorted(found["counts"]))
    return found
# %% pairs
def pairs(records, decisions):
    tally = np.zeros((2, 2), dtype=int)
    for a in records:
        for b in records:
            if a["seed"] == b["seed"] and a["decisions"] == {} and b["decisions"] == decisions:
                for one in a["trials"]:
                    for other in b["trials"]:
                        if one["number"] == other["number"]:
                            tally[int(not one["succeeded"]), int(not other["succeeded"])] += 1
    return tally.ravel().tolist()
