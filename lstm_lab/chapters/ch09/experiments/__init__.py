"""The experiments of chapter 09, which `lstm-lab measure` runs."""
