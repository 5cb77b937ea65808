"""The experiments of chapter 08, run by ``lstm-lab measure``."""
