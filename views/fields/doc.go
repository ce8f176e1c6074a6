// Package fields is a dialog of labelled lines to fill in, each with values to
// choose from: the images a container had, the labels that Services select by.
//
// tui opens it, gives it keys and pastes, and takes its Values when enter is
// pressed. It knows nothing of what the values mean: whoever asks checks them and
// hands back what is wrong with SetError.
//
// It promises that nothing typed is lost by looking at the choices or by an error.
package fields
