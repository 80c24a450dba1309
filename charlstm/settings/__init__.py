"""The settings of a training: fields, recipes, presets, schedule."""
