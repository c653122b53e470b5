"""The draw (抽签): who inspects where, by a seed that nobody chose, so that anybody can draw again and get the same."""
