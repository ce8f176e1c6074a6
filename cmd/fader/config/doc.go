// Package config is what an operator has set: the configuration file, the FADER_*
// environment and the flags, come down to the settings of one context. It is
// called by cmd/fader, which hands each setting to whom it concerns.
//
// The file is read strictly. What fader does not understand in it could be the
// line that was meant to protect something, so an unknown key, a value of the
// wrong type or a key given twice is an error: one sentence with file, line and
// the nearest known key. A file that does not exist is an empty one, unless it
// was asked for by name.
//
// Which source wins, for theme, ascii and prometheus: a flag, then the
// environment, then the entries of contexts that match, then the top level of the
// file. An entry names a context, or is a pattern in which * stands for any
// characters and ? for one. All entries that match count: the exact name before
// the patterns, a later pattern before an earlier one. Of prometheus each part comes
// from the first source that has it: the address with all that is for it alone, the
// presets, the times.
//
// readonly and protected are different, because what guards a cluster must not be
// taken away by accident. They hold as soon as one source says true, and false
// takes nothing back: neither an entry, nor the environment, nor the top level.
// There is one exception: --readonly=false, given by hand for this one run, takes
// back the readonly of the environment and of the file's top level, which are a
// person's habits. It never takes back that of an entry, which is a rule of the
// cluster: for that, the file has to be edited. Nothing takes protected back.
//
// It promises that every setting knows where it comes from, that settings depend
// on nothing but the sources and the context's name, and that a password in a URL
// is in no sentence (Hidden and Word are for whoever prints one).
package config
