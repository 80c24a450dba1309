"""Work that outlives a page: trainings, races, atlases, and their processes."""
