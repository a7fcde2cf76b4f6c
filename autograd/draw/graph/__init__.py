"""The model of a picture: plain data read from a graph, which every renderer reads."""
