"""The experiments of "Long Short-Term Memory" (1997), rerun under the paper's own rules.

`spec` says what they are, made of `kinds`; `choices` what the paper leaves open. `engine` runs the
nets, `run` carries out the trials and keeps their results, `table` sets the paper's figures beside
ours.
"""
