"""The experiments of "Long Short-Term Memory" (1997), rerun under the paper's own rules.

`spec` says what they are, made of `kinds`; `choices` what the paper leaves open. `engine` runs the
nets, eight lanes (`lanes`) at a time along `streams`, and `full` those with more than the truncated
gradient. `run` carries out a row: each `trial` with the sequences of `supply`, eight in `lockstep`,
its results kept by `records`. `baselines` are other methods at the same tasks.

`table` sets the paper's figures beside ours; `formats` prints that, `words` says it in sentences. `nets` and
`readable` open the trained nets; `speed` measures the engine.
"""
