"""The experiments of chapter 11, which `lstm-lab measure` runs."""
