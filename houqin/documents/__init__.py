"""The PDF kit: official sheets on A4, with real text, signature boxes and a way back to the record."""
