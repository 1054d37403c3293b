"""The one recipe of all scores: how a score is declared, trained, judged, kept and told."""
