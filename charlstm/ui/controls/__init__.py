"""The controls of pages: model, prompt, temperature, strategy, settings, texts."""
