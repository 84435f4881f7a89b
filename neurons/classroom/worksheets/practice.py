def practice_page(sheets): return b""
