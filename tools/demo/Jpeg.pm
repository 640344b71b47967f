# SPDX-License-Identifier: BSD-2-Clause
# Small baseline JPEG files (ITU T.81) that look like something: a coloured
# thing in front of a wall, made of 8x8 blocks.
#
# The Huffman tables are our own, all codes of one length: four bits for the
# DC categories, five for the AC symbols, so that encoding is a sprintf.
package Jpeg;
use strict;
use warnings;

# AC symbols: end of block, then each run of 0 to 3 zeros before a value of
# 1 to 5 bits.
my @AC_SYMBOLS = (0x00, map { my $run = $_; map { $run << 4 | $_ } 1 .. 5 }
		  0 .. 3);
my %AC_CODE = map { $AC_SYMBOLS[$_] => sprintf('%05b', $_) }
	      0 .. $#AC_SYMBOLS;
my $END_OF_BLOCK = $AC_CODE{0x00};

sub segment
{
	my ($marker, $payload) = @_;
	return pack('CCn', 0xff, $marker, length($payload) + 2) . $payload;
}

# A Huffman table whose symbols all have codes of $bits bits (T.81, B.2.4.2).
sub huffman_table
{
	my ($id, $bits, @symbols) = @_;
	my @counts = (0) x 16;
	$counts[$bits - 1] = @symbols;
	return segment(0xc4, pack('C*', $id, @counts, @symbols));
}

# A value as T.81 F.1.2.1 writes it: its category, and that many bits.
sub category_and_bits
{
	my ($value) = @_;
	return (0, '') if $value == 0;
	my $category = length(sprintf('%b', abs $value));
	my $low = $value < 0 ? $value + (1 << $category) - 1 : $value;
	return ($category, sprintf("%0${category}b", $low));
}

# The bits of a block's texture: some AC values, then the end of the block.
sub texture
{
	my ($strength) = @_;
	my $bits = '';
	for my $i (1 .. $strength) {
		my $run = int(rand 4);
		my $value = int(rand 13) - 6 || 1;
		my ($category, $low) = category_and_bits($value);
		$bits .= $AC_CODE{$run << 4 | $category} . $low;
	}
	return $bits . $END_OF_BLOCK;
}

# Y, Cb, Cr of the block at ($x, $y), both from 0 to 1.
sub colour
{
	my ($scene, $x, $y) = @_;
	my $dx = ($x - $scene->{x}) / $scene->{width};
	my $dy = ($y - $scene->{y}) / $scene->{height};
	return @{$scene->{thing}} if $dx * $dx + $dy * $dy < 1;
	my $light = $y < 0.75 ? 60 - 50 * $y : -30;
	return ($light, @{$scene->{wall}});
}

sub random_scene
{
	return {
		x => 0.3 + rand 0.4, y => 0.4 + rand 0.3,
		width => 0.15 + rand 0.2, height => 0.15 + rand 0.25,
		thing => [int(rand 160) - 80, int(rand 120) - 60,
			  int(rand 120) - 60],
		wall => [int(rand 30) - 15, int(rand 30) - 15],
	};
}

sub scan_bits
{
	my ($columns, $rows) = @_;
	my $scene = random_scene();
	my @textures = map { texture(4 + int(rand 6)) } 1 .. 64;
	my @last = (0, 0, 0);
	my @bits;
	for my $row (0 .. $rows - 1) {
		for my $column (0 .. $columns - 1) {
			my @dc = colour($scene, $column / $columns,
					$row / $rows);
			$dc[0] += int(rand 7) - 3;
			for my $i (0 .. 2) {
				my $dc = int $dc[$i];
				my ($category, $low) =
					category_and_bits($dc - $last[$i]);
				$last[$i] = $dc;
				push @bits, sprintf('%04b', $category), $low,
					$i ? $END_OF_BLOCK
					   : $textures[rand @textures];
			}
		}
	}
	return join('', @bits);
}

# A picture of about $width x $height pixels, as a string. What is on it
# depends on the random numbers' seed only.
sub picture
{
	my ($width, $height) = @_;
	my ($columns, $rows) = (int($width / 8), int($height / 8));
	my $bits = scan_bits($columns, $rows);
	$bits .= '1' x (-length($bits) % 8);
	my $data = pack('B*', $bits);
	$data =~ s/\xff/\xff\x00/g;
	# All of the quantisation is 8: a DC value is then the mean itself.
	return pack('n', 0xffd8)
		. segment(0xe0, pack('a5CCCnnCC', 'JFIF', 1, 1, 0, 1, 1, 0, 0))
		. segment(0xdb, pack('C*', 0, (8) x 64))
		. segment(0xc0, pack('CnnC', 8, $rows * 8, $columns * 8, 3)
			. pack('C*', map { ($_, 0x11, 0) } 1 .. 3))
		. huffman_table(0x00, 4, 0 .. 11)
		. huffman_table(0x10, 5, @AC_SYMBOLS)
		. segment(0xda, pack('C*', 3, (map { ($_, 0x00) } 1 .. 3),
				     0, 63, 0))
		. $data . pack('n', 0xffd9);
}

1;
