"""The experiments of chapter 05, which `lstm-lab measure` runs."""
