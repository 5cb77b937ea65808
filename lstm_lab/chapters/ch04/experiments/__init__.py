"""The experiments of chapter 04, which `lstm-lab measure` runs."""
