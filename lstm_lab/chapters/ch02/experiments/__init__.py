"""The experiments of chapter 02, which `lstm-lab measure` runs."""
