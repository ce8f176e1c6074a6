package cluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// patience is how long a component may take to stop by itself before it is killed.
const patience = 3 * time.Second

// process is one component: a child that can be started again and again with the same
// command line. Its methods may be called from any goroutine.
type process struct {
	name     string
	args     []string
	self     string // path of this binary
	home     string // $HOME of the child: nobody's own configuration gets in
	log      string
	launcher *launcher

	mu     sync.Mutex
	cmd    *exec.Cmd
	gone   chan struct{} // closed when cmd's process is gone; nil before the first start
	wanted bool          // false from the moment somebody asked for its end
	err    error         // why it ended
}

// start launches the component. It is an error if it is running.
func (p *process) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running() {
		return fmt.Errorf("%s is already running (process %d)", p.name, p.cmd.Process.Pid)
	}
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open the log of %s: %w", p.name, err)
	}
	defer log.Close() // the child has its own
	cmd := exec.Command(p.self, append([]string{"component", p.name, "--"}, p.args...)...)
	cmd.Args[0] = "practice"
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Dir = p.home
	cmd.Env = []string{"HOME=" + p.home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir()}
	cmd.SysProcAttr = childAttributes()
	if err := p.launcher.start(cmd); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	gone := make(chan struct{})
	p.cmd, p.gone, p.wanted, p.err = cmd, gone, true, nil
	go p.wait(cmd, gone)
	return nil
}

func (p *process) wait(cmd *exec.Cmd, gone chan struct{}) {
	err := cmd.Wait()
	if err == nil {
		err = errors.New("exit status 0")
	}
	p.mu.Lock()
	p.err = err
	p.mu.Unlock()
	close(gone)
}

// running needs p.mu.
func (p *process) running() bool {
	if p.gone == nil {
		return false
	}
	select {
	case <-p.gone:
		return false
	default:
		return true
	}
}

// signal sends signals to the running component and returns the channel that closes
// when it is gone. last says that the signals are meant to end it.
func (p *process) signal(last bool, signals ...syscall.Signal) (<-chan struct{}, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running() {
		p.wanted = p.wanted && !last
		return nil, fmt.Errorf("%s is not running", p.name)
	}
	if last {
		p.wanted = false
	}
	for _, signal := range signals {
		if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return nil, fmt.Errorf("signal %s: %w", p.name, err)
		}
	}
	return p.gone, nil
}

// stop asks the component to end, kills it when it does not, and returns when it is gone.
func (p *process) stop() error {
	// A frozen one hears SIGTERM only once it is thawed.
	gone, err := p.signal(true, syscall.SIGTERM, syscall.SIGCONT)
	if err != nil {
		return err
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-gone:
		return nil
	case <-timer.C:
		return p.kill()
	}
}

// kill kills the component and returns when it is gone.
func (p *process) kill() error {
	gone, err := p.signal(true, syscall.SIGKILL)
	if err != nil {
		return err
	}
	<-gone
	return nil
}

func (p *process) freeze() error {
	_, err := p.signal(false, syscall.SIGSTOP)
	return err
}

func (p *process) thaw() error {
	_, err := p.signal(false, syscall.SIGCONT)
	return err
}

// ended tells whether the component stopped although nobody asked for it, and why.
func (p *process) ended() (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wanted && !p.running(), p.err
}
