package fader

// Share divides w cells among counts in proportion. Every count above zero gets
// at least one cell as long as there are enough; the sum is w, or 0 where all
// counts are zero. Counts below zero are zero.
func Share(w int, counts []int) []int {
	cells := make([]int, len(counts))
	share(w, counts, cells)
	return cells
}

func share(w int, counts, cells []int) {
	total := 0
	for i := range counts {
		counts[i] = max(counts[i], 0)
		total += counts[i]
	}
	if total == 0 || w <= 0 {
		return
	}
	used := 0
	for i, n := range counts {
		cells[i] = n * w / total
		if n > 0 && cells[i] == 0 {
			cells[i] = 1
		}
		used += cells[i]
	}
	for ; used < w; used++ {
		cells[most(counts, cells, w, total)]++
	}
	for ; used > w; used-- {
		cells[widest(cells)]--
	}
}

// most is the part that is furthest below its exact share.
func most(counts, cells []int, w, total int) int {
	best, lack := 0, 0
	for i, n := range counts {
		if short := n*w - cells[i]*total; n > 0 && (short > lack || lack == 0 && short >= lack) {
			best, lack = i, short
		}
	}
	return best
}

// widest gives a cell back with the least harm. Of equals the last one does.
func widest(cells []int) int {
	best := 0
	for i := range cells {
		if cells[i] >= cells[best] {
			best = i
		}
	}
	return best
}
