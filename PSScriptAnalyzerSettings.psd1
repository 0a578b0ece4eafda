@{
    Severity     = @('Error', 'Warning', 'Information')
    # PowerShell 7 reads UTF-8 without a byte order mark, which .editorconfig asks for.
    ExcludeRules = @('PSUseBOMForUnicodeEncodedFile')
    Rules        = @{
        PSUseCompatibleSyntax            = @{ Enable = $true; TargetVersions = @('7.4') }
        PSUseConsistentIndentation       = @{ Enable = $true; IndentationSize = 4; Kind = 'space' }
        PSUseConsistentWhitespace        = @{ Enable = $true; IgnoreAssignmentOperatorInsideHashTable = $true }
        PSPlaceOpenBrace                 = @{ Enable = $true; OnSameLine = $true; NewLineAfter = $true; IgnoreOneLineBlock = $true }
        PSAvoidLongLines                 = @{ Enable = $true; MaximumLineLength = 150 }
        # Parts of a path read better without a name for each.
        PSAvoidUsingPositionalParameters = @{ Enable = $true; CommandAllowList = @('Join-Path') }
        # Parameters of a test file are used in the blocks of Pester.
        PSReviewUnusedParameter          = @{ Enable = $true; CommandsToTraverse = @('BeforeAll', 'BeforeDiscovery', 'Describe', 'It') }
    }
}
