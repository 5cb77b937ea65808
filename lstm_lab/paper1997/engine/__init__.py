"""What computes.

The nets of 1997, compiled. `truncated_gradient` and `full_gradient` learn, eight trials at a
time in the lanes of `simd`, from sequences that `sampling` draws; `layout` says how all lies in memory,
`network_setup` how a row becomes a net, `caching` what is compiled anew when. `numpy_net` is the same in
plain NumPy, to be read.
"""
