package prometheus

import (
	"fmt"

	"github.com/spf13/pflag"
)

// options are the command line, with the names that Prometheus gives its own flags.
type options struct {
	config    string // path of a Prometheus configuration file
	data      string // directory of the TSDB
	listen    string // host:port
	tokenFile string // path of a file with the token that lets one write
}

func parseOptions(args []string) (options, error) {
	var o options
	flags := pflag.NewFlagSet("prometheus", pflag.ContinueOnError)
	flags.StringVar(&o.config, "config.file", "", "configuration file")
	flags.StringVar(&o.data, "storage.tsdb.path", "", "directory of the data")
	flags.StringVar(&o.listen, "web.listen-address", "", "where to listen")
	flags.StringVar(&o.tokenFile, "web.write-token-file", "", "file with the token that lets one write samples")
	if err := flags.Parse(args); err != nil {
		return options{}, fmt.Errorf("read prometheus' flags: %w", err)
	}
	for name, value := range map[string]string{
		"config.file": o.config, "storage.tsdb.path": o.data, "web.listen-address": o.listen, "web.write-token-file": o.tokenFile,
	} {
		if value == "" {
			return options{}, fmt.Errorf("read prometheus' flags: --%s is missing", name)
		}
	}
	return o, nil
}
