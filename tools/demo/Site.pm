# SPDX-License-Identifier: BSD-2-Clause
# The files of the Rondcoin demo site: a small Laravel 5.3 application with a
# blog beside it. Contents are made up; only their layout is that of the real
# frameworks.
package Site;
use strict;
use warnings;

my @WORDS = qw(account address basket bid buyer cache cart category coin
	contact country currency customer date event filter gallery image
	invoice item language level listing market message offer option order
	page payment photo price profile query rating region request review
	route search seller session shop stock tag template user value view);

sub word
{
	return $WORDS[rand @WORDS];
}

# A plausible class with $methods methods.
sub class
{
	my ($namespace, $name, $methods) = @_;
	my $text = "<?php\n\nnamespace $namespace;\n\nclass $name\n{\n";
	for my $i (1 .. $methods) {
		my ($first, $second) = (word(), word());
		my $method = $first . ucfirst($second) . $i;
		$text .= <<"PHP";
    /**
     * Find the $second of a $first.
     */
    public function $method(\$$first, array \$options = [])
    {
        if (empty(\$options['$second'])) {
            return \$this->default${\ucfirst $second}(\$$first);
        }

        return \$this->${first}s->get(\$options['$second']);
    }

PHP
	}
	return $text . "}\n";
}

sub config
{
	my ($name) = @_;
	my $text = "<?php\n\nreturn [\n";
	for my $i (1 .. 12) {
		my ($key, $value) = (word() . "_$i", word());
		my $variable = uc "${name}_$key";
		$text .= "    '$key' => env('$variable', '$value'),\n";
	}
	return $text . "];\n";
}

sub blade
{
	my ($title) = @_;
	my $text = "\@extends('layouts.app')\n\n\@section('content')\n";
	$text .= "<h1>{{ trans('site.$title') }}</h1>\n";
	$text .= "<p>{{ \$" . word() . '->' . word() . " }}</p>\n" for 1 .. 8;
	return $text . "\@endsection\n";
}

sub style_sheet
{
	return join '', map {
		'.' . word() . "-$_ { margin: " . int(rand 20) . "px; }\n"
	} 1 .. 120;
}

sub application
{
	my %files;
	for my $name (qw(Home Offer Photo User Search Message)) {
		$files{"app/Http/Controllers/${name}Controller.php"} =
			class('App\Http\Controllers', "${name}Controller", 6);
	}
	$files{"app/$_.php"} = class('App', $_, 3) for qw(Offer User);
	for my $name (qw(App Auth Event Route)) {
		$files{"app/Providers/${name}ServiceProvider.php"} =
			class('App\Providers', "${name}ServiceProvider", 2);
	}
	$files{'app/Http/Kernel.php'} = class('App\Http', 'Kernel', 2);
	$files{'app/Console/Kernel.php'} = class('App\Console', 'Kernel', 2);
	$files{'app/Exceptions/Handler.php'} =
		class('App\Exceptions', 'Handler', 2);
	$files{"config/$_.php"} = config($_)
		for qw(app auth cache database filesystems mail queue
		       services session view);
	$files{"database/migrations/2016_11_0${_}_000000_create_$_.php"} =
		class('Migrations', "Create$_", 2) for 1 .. 4;
	$files{'api/index.php'} = class('Api', 'Index', 4);
	return %files;
}

sub surface
{
	my %files;
	for my $view (qw(home offer offers photo profile search welcome)) {
		$files{"resources/views/$view.blade.php"} = blade($view);
	}
	$files{'resources/views/layouts/app.blade.php'} = blade('layout');
	$files{"routes/$_.php"} =
		"<?php\n\nRoute::resource('offers', 'OfferController');\n"
		for qw(api web);
	$files{'public/index.php'} =
		"<?php\n\nrequire __DIR__.'/../vendor/autoload.php';\n";
	$files{'public/.htaccess'} =
		"RewriteEngine On\nRewriteRule ^ index.php [L]\n";
	$files{'public/robots.txt'} = "User-agent: *\nDisallow:\n";
	$files{'public/css/app.css'} = style_sheet();
	$files{'storage/framework/.gitignore'} = "*\n!.gitignore\n";
	$files{'storage/logs/laravel.log'} = '';
	$files{'artisan'} = "#!/usr/bin/env php\n<?php\n";
	$files{'composer.json'} =
		qq({"require": {"laravel/framework": "5.3.*"}}\n);
	$files{'.env'} = "APP_ENV=production\nDB_DATABASE=rondcoin\n";
	$files{'wait/index.html'} = "<h1>Back in a moment</h1>\n";
	return %files;
}

sub libraries
{
	my %files;
	for my $package (qw(laravel/framework laravel/passport
			    monolog/monolog nesbot/carbon
			    symfony/console symfony/http-foundation)) {
		my $namespace = join '\\', map { ucfirst } split m{/}, $package;
		for my $i (1 .. 22) {
			my $name = ucfirst(word()) . ucfirst(word()) . $i;
			$files{"vendor/$package/src/$name.php"} =
				class($namespace, $name, 2 + int rand 8);
		}
	}
	$files{'vendor/autoload.php'} = "<?php\n";
	return %files;
}

sub blog
{
	my %files;
	$files{"blog/$_.php"} = "<?php\n\nrequire 'wp-load.php';\n"
		for qw(index wp-config wp-cron wp-login wp-settings);
	for my $i (1 .. 20) {
		my $name = word() . "-$i";
		$files{"blog/wp-includes/$name.php"} =
			class('WordPress', ucfirst word(), 4);
	}
	my $theme = 'blog/wp-content/themes/rondcoin';
	$files{"$theme/style.css"} = style_sheet();
	$files{"$theme/$_.php"} = "<?php get_header(); ?>\n"
		for qw(functions header footer single);
	return %files;
}

# All files of the site on its first day but the photos: path => content.
sub files
{
	return (application(), surface(), libraries(), blog());
}

1;
