"""What a person sets on a page: model, prompt, temperature, strategy, settings, texts."""
