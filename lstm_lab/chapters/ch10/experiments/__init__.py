"""The experiments of chapter 10, which `lstm-lab measure` runs."""
