package tui

import "testing"

// What is counted in the second line are the rows of this page, and not of the one below it.
func TestTheRowsAreCalledWhatTheyAre(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart", "shop/web"))
	d.press("4")
	d.sees(" 2 Services")
	d.press("enter")
	d.sees("0 endpoints")
	d.press("2", "enter")
	d.sees("pods of shop/cart", " 1 pod ")
}
