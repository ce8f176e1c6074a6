// Package text is the viewer of one long text: YAML with quiet colours, or what
// describe says, as it is. tui fills it and hands it keys.
//
// It promises exact frames whatever the text holds, draws only the lines that
// are seen, keeps its place when the text is read again, and says where in the
// text one is: lines, and which of how many matches.
package text
