"""The experiments of chapter 06, which `lstm-lab measure` runs."""
