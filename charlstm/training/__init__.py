"""Learning: recipes, batches, the network in TensorFlow, the fit.

The only room that may import tensorflow or keras, and it does so only in ``kernels``, ``shards``,
``layers``, ``network``, ``learner`` and ``quiet``; settings and recipes are read by pages too.
"""
