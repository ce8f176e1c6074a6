package component

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"go.etcd.io/etcd/server/v3/embed"
)

// runEtcd takes one argument, the path of an etcd configuration file (YAML).
func runEtcd(args []string) error {
	if len(args) != 1 {
		return errors.New("etcd takes exactly one argument: its configuration file")
	}
	config, err := embed.ConfigFromFile(args[0])
	if err != nil {
		return fmt.Errorf("read etcd configuration: %w", err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	server, err := embed.StartEtcd(config)
	if err != nil {
		return fmt.Errorf("start etcd: %w", err)
	}
	defer server.Close()
	select {
	case <-stop:
		return nil
	case err := <-server.Err():
		return fmt.Errorf("serve etcd: %w", err)
	}
}
