// Package box makes text fit rectangles: the arithmetic of cells that every view
// shares. It is called by views and by tui's layout, and promises that what it
// returns is exactly as wide and as high as asked, whatever the text holds:
// escape sequences count nothing, wide characters count two.
package box
