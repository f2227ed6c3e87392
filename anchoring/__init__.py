"""The Merkle log: sequencing, checkpoints, anchors, proofs."""
