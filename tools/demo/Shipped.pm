# SPDX-License-Identifier: BSD-2-Clause
# Where there is no MariaDB: what one made of the same statements, in
# dumps.tar.gz. The dumps in there, 14.sql and so on, are those of so many days
# ago, and have {J-20} where a date was. `ship` makes them.
package Shipped;
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename 'dirname';
use POSIX qw(mktime strftime);

my $ARCHIVE = abs_path(dirname(__FILE__)) . '/dumps.tar.gz';
my $DATE = qr/\b(\d{4})-(\d\d)-(\d\d)(?= \d\d:\d\d:\d\d\b)/;
my $DAY = 24 * 3600;

# Noon, in the middle of days of 23 and 25 hours too.
sub noon
{
	my ($year, $month, $day) = @_;
	return mktime(0, 0, 12, $day, $month - 1, $year - 1900, 0, 0, -1);
}

sub noon_days_ago
{
	my ($days) = @_;
	my @today = localtime;
	return noon($today[5] + 1900, $today[4] + 1, $today[3] - $days);
}

sub days_since
{
	return sprintf '%.0f', (noon_days_ago(0) - noon(@_)) / $DAY;
}

# A dump, made to be true on any day.
sub without_dates
{
	my ($text) = @_;
	$text =~ s/$DATE/'{J-' . days_since($1, $2, $3) . '}'/ge;
	return $text;
}

sub new
{
	my ($class) = @_;
	return bless {}, $class;
}

# As a server has it; what happened is known.
sub sql
{
}

sub dump
{
	my ($self, $day) = @_;
	open my $tar, '-|', 'tar', '-xzOf', $ARCHIVE, "$day.sql"
		or die "make: tar: $!\n";
	local $/;
	my $text = <$tar>;
	close $tar or die "make: $ARCHIVE: no $day.sql\n";
	$text =~ s/\{J-(\d+)\}/strftime '%F', localtime noon_days_ago($1)/ge;
	return $text;
}

1;
