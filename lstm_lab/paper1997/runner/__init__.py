"""What carries rows out.

A `trial`, its sequences (`trial_data`), eight trials side by side (`trial_group`),
rows and their processes (`run`), series of runs (`plans`), results on disk (`records`). `baselines` are other
methods at the same tasks, `trained_nets` and `as_models` open the nets on record, `speed` measures.
"""
