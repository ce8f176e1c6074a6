// Package table is the virtual table that pages and panes are made of: rows of
// any type under a comparable key, of which only the visible ones are ever drawn.
//
// A page describes its columns as data, calls SetRows once per snapshot, hands
// actions to Handle and mouse to Click and Wheel, and draws with Render.
//
// It promises:
//   - the cursor stays on its key when rows move; when its row is gone it goes
//     to the neighbour that took the place;
//   - columns do not jump: a column only ever grows until Reset;
//   - on a narrow screen columns go in order of importance, and a column that
//     is to be kept whole is cut only when nothing else is left to give up;
//   - Render returns exactly h lines of w cells and draws nothing again while
//     nothing has changed.
package table
