# SPDX-License-Identifier: BSD-2-Clause
# A MariaDB of our own, for as long as this runs: its files in a temporary
# folder, a socket and no network. One that serves this machine is left alone.
package Server;
use strict;
use warnings;
use File::Path 'remove_tree';
use File::Temp 'tempdir';
use POSIX qw(_exit WNOHANG);
use Time::HiRes qw(sleep time);

my @PROGRAMS = qw(mariadbd mariadb-install-db mariadb mariadb-dump);
my $START_SECONDS = 30;

# Small, and nothing has to survive a power cut.
my @STORAGE = qw(--innodb-log-file-size=4M --innodb-buffer-pool-size=32M
	--innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync
	--innodb-use-native-aio=OFF --debug-no-sync --sync-frm=OFF);
my @SERVICE = qw(--skip-networking --skip-log-bin --performance-schema=OFF
	--default-time-zone=+00:00 --character-set-server=utf8mb4
	--collation-server=utf8mb4_unicode_ci);

my %running;

# Where a program is; servers lie where users have no PATH to.
sub program
{
	my ($name) = @_;
	my ($path) = grep { -x } map { "$_/$name" }
		split(/:/, $ENV{PATH}), '/usr/sbin', '/sbin';
	return $path;
}

sub is_installed
{
	return !grep { !program($_) } @PROGRAMS;
}

sub as_root
{
	return $> == 0 ? ('--user=root') : ();
}

# Run a program of the list; TRUE when it ended well. What it says goes to
# the log.
sub run
{
	my ($self, $name, @arguments) = @_;
	$self->{running} = $self->spawn($name, @arguments);
	waitpid $self->{running}, 0;
	delete $self->{running};
	return $? == 0;
}

# Begin one, as a group of its own: scripts have children.
sub spawn
{
	my ($self, $name, @arguments) = @_;
	my $pid = fork // die "make: fork: $!\n";
	setpgrp $pid, $pid;
	return $pid if $pid;
	open STDIN, '<', '/dev/null';
	open STDOUT, '>>', "$self->{folder}/log";
	open STDERR, '>&', \*STDOUT;
	exec program($name), '--no-defaults', @arguments or _exit(127);
}

# How to reach it.
sub connection
{
	my ($self) = @_;
	return ('--user=root', "--socket=$self->{folder}/s",
		'--default-character-set=utf8mb4');
}

sub client
{
	my ($self, $name, @arguments) = @_;
	return (program($name), '--no-defaults', $self->connection(),
		@arguments);
}

sub answers
{
	my ($self) = @_;
	return -S "$self->{folder}/s" &&
		$self->run('mariadb', $self->connection(), '-e', 'SELECT 1');
}

# A server with an empty database $name, or undef where that can't be.
sub start
{
	my ($class, $name) = @_;
	return undef unless is_installed();
	my $self = bless {
		folder => tempdir('rond-demo-XXXXXX', TMPDIR => 1),
		name => $name,
	}, $class;
	$running{$self->{folder}} = $self;
	if ($self->install() && $self->serve()) {
		$self->sql("CREATE DATABASE `$name`;\n", '');
		return $self;
	}
	$self->stop();
	return undef;
}

sub install
{
	my ($self) = @_;
	return $self->run('mariadb-install-db', $self->files(),
			  '--auth-root-authentication-method=normal',
			  '--skip-test-db', '--skip-name-resolve',
			  '--force');
}

# One that starts removes all temporary tables in its tmpdir, whoever they
# belong to.
sub files
{
	my ($self) = @_;
	return ("--datadir=$self->{folder}/data", "--tmpdir=$self->{folder}",
		as_root(), @STORAGE);
}

# TRUE when it answers.
sub serve
{
	my ($self) = @_;
	$self->{pid} = $self->spawn('mariadbd', $self->files(), @SERVICE,
				    "--socket=$self->{folder}/s",
				    "--pid-file=$self->{folder}/pid");
	my $end = time + $START_SECONDS;
	until ($self->answers()) {
		return 0 if time > $end;
		if (waitpid($self->{pid}, WNOHANG) != 0) {
			delete $self->{pid};
			return 0;
		}
		sleep 0.05;
	}
	return 1;
}

# Run statements, in the database unless another is given.
sub sql
{
	my ($self, $text, $name) = @_;
	my @names = grep { $_ ne '' } $name // $self->{name};
	open my $client, '|-', $self->client('mariadb', @names)
		or die "make: mariadb: $!\n";
	print $client $text;
	close $client or die "make: mariadb failed\n";
}

# What mariadb-dump writes of the database.
sub dump
{
	my ($self) = @_;
	open my $client, '-|', $self->client('mariadb-dump', '--skip-dump-date',
					     $self->{name})
		or die "make: mariadb-dump: $!\n";
	local $/;
	my $text = <$client>;
	close $client or die "make: mariadb-dump failed\n";
	return $text;
}

# As kill -9: nothing of it is needed any more.
sub stop
{
	my ($self) = @_;
	for my $pid (grep { $_ } delete @$self{'running', 'pid'}) {
		kill 'KILL', -$pid;
		waitpid $pid, 0;
		# Its children still have files open for a moment.
		for (1 .. 40) {
			last unless kill 0, -$pid;
			sleep 0.05;
		}
	}
	remove_tree($self->{folder});
	delete $running{$self->{folder}};
}

END {
	my $status = $?;
	$_->stop() for values %running;
	$? = $status;
}

1;
