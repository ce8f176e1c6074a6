package cluster

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"

	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"

	"fader/kube"
)

// Quiet sends to the log what libraries would write over the screen: klog (and with it apimachinery's error and panic handlers, which
// log through it), API warnings, the standard logger that net/http uses, and
// everything that is written to os.Stderr. Call it once, before Open. restore undoes
// it, but for klog; call it before writing a last word to the terminal. log must not
// itself write to os.Stderr.
//
// What the Go runtime writes when the process dies goes past os.Stderr, straight
// to file descriptor 2, and stays visible.
func Quiet(to *slog.Logger) (restore func(), err error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("redirect the standard error output: %w", err)
	}
	stderr := os.Stderr
	output, flags := log.Writer(), log.Flags()

	klog.SetSlogLogger(to)
	log.SetFlags(0)
	log.SetOutput(slog.NewLogLogger(to.Handler(), slog.LevelWarn).Writer())
	rest.SetDefaultWarningHandler(warner(func(text string) {
		to.Warn("API server warns", "text", text)
	}))
	os.Stderr = write
	go drain(read, to)

	return func() {
		os.Stderr = stderr
		rest.SetDefaultWarningHandler(rest.WarningLogger{})
		log.SetOutput(output)
		log.SetFlags(flags)
		// Reflectors that are being stopped still write, so klog stays quiet.
		klog.SetSlogLogger(slog.New(slog.DiscardHandler))
		// The pipe stays open: whoever holds on to it must not die of SIGPIPE.
	}, nil
}

// logText writes one line of foreign text to the log.
func logText(to *slog.Logger, text string) {
	to.LogAttrs(context.Background(), slog.LevelWarn, "written to stderr",
		slog.String("text", shorten(kube.Clean(text))))
}
