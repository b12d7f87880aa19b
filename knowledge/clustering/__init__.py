"""Clustering: a neighbour graph, its communities, their names, and the identity that they keep."""
