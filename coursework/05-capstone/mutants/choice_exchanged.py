# loses: choice-data
# Default and changed value exchanged.
# %% choice
def choice():
    """What is run, and what is changed."""
    return {"row": "<<row>>", "decision": "<<decision>>", "changed": <<'"' + default + '"' if default is string else default>>, "default": <<'"' + changed + '"' if changed is string else changed>>}
