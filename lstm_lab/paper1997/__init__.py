"""The experiments of "Long Short-Term Memory" (1997), rerun under the paper's own rules.

In four rooms, each of which imports only from those before it: `published`, what the paper says and what
it leaves open; `engine`, what computes; `runner`, what carries rows out and keeps the results; `report`,
what sets them beside the paper.
"""
