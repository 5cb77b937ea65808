# loses: pairs-matched
# Control and changed side exchanged.
# %% pairs
def pairs(records, decisions):
    """Both, only the control, only the changed side, neither."""
    def side(wanted):
        taken = [record for record in records if record["decisions"] == wanted]
        return {(r["seed"], trial["number"]): trial["succeeded"] for r in taken for trial in r["trials"]}

    control, changed = side({}), side(decisions)
    found = [(control[key], changed[key]) for key in control if key in changed]
    return tuple(found.count(case) for case in ((True, True), (False, True), (True, False), (False, False)))
