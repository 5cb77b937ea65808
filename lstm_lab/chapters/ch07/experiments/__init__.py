"""The experiments of chapter 07, which `lstm-lab measure` runs."""
