"""What can be asked of a training: fields, recipes, presets, schedule."""
