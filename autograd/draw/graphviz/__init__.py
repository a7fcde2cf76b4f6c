"""Pictures laid out by graphviz: `draw` and `draw_network`."""
