# loses: choice-data
# Values as texts.
# %% choice
def choice():
    return {"row": "<<row>>", "decision": "<<decision>>", "default": 0, "changed": "<<changed>>"}
