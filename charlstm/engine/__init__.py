"""Work that outlives a page: trainings, races, atlases, and the processes that do it."""
