// Package logs is the viewer of many containers' logs at once. tui appends what
// kube/inspect hands out and gives it keys; the view keeps the lines, a bounded
// number of them, and draws those in sight.
//
//	Append ──▶ merged by time ──▶ store (ring) ──▶ filter (index) ──▶ Render
//
// It promises:
//   - lines stand in the order of their times, whenever they arrive; the line
//     that is read stays where it is on the screen meanwhile, unless the view
//     follows the end;
//   - following and pausing are said in words, with how many new lines there are;
//   - lines lost on the way here, and lines too old to be kept, are told by number;
//   - memory is bounded, and Append and Render cost what is appended and what is
//     seen, not what is kept;
//   - frames are exact whatever the lines hold.
package logs
