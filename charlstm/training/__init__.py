"""Learning: recipes, batches, the network in TensorFlow, the fit.

The only room that may import tensorflow or keras, and it does so only in ``kernels``, ``shards``,
``layers``, ``stacks``, ``network``, ``losses``, ``learner`` and ``quiet``; pages too read settings
and recipes.
"""
