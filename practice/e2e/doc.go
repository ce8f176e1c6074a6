// Package e2e runs the built practice binary as a user does.
//
// It has only tests. They need the binary's path in PRACTICE_BIN and are skipped
// without it: building it takes minutes the first time, so whoever runs all tests
// (make test) builds it once and shares it. The tests stop what they start.
package e2e
